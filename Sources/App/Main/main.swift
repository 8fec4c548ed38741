internal import App
internal import Glibc

exit(Marketgate.run(Array(CommandLine.arguments.dropFirst())))
