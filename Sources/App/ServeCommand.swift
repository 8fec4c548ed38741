internal import CLinux
internal import Glibc
internal import Net

/// `marketgate serve`: runs until it is asked to stop.
enum ServeCommand {
  /// Exit codes, as docs and `--help` name them.
  enum ExitCode {
    static let stopped: Int32 = 0
    static let failed: Int32 = 1
    static let badConfiguration: Int32 = 2
  }

  static func run(_ configuration: Configuration, demo: Bool) -> Int32 {
    HeapTuning.begin()
    let notifier = SystemdNotifier()
    // Blocked before the first thread starts, so that only `sigwait` below sees them.
    let signals = ProcessSignals(reloads: configuration.tlsCertificateFile != nil || notifier != nil)
    DescriptorLimit.raise()
    do {
      let played = demo ? try Demo.start(configuration) : nil
      let application = try Application(played?.configuration ?? configuration, source: demo ? .recording : .live)
      if demo { SystemFacts.printError(Demo.notice) }
      SystemFacts.print("listening on \(application.address)")
      attend(application, signals, notifier)
      Blocking.run {
        await application.stop()
        await played?.stop()
      }
      return ExitCode.stopped
    } catch let error as RecordingError {
      SystemFacts.printError("configuration: RECORDINGS: \(error)")
      return ExitCode.badConfiguration
    } catch {
      SystemFacts.printError("cannot start: \(error)")
      return ExitCode.failed
    }
  }

  /// Does what signals ask for until one asks to stop, and tells the service manager.
  private static func attend(_ application: Application, _ signals: ProcessSignals, _ notifier: SystemdNotifier?) {
    let ready = SystemdMessage.ready(status: "listening on \(application.address)")
    notifier?.send(ready)
    notifier?.watch(application.loops)
    while signals.next(whileWaiting: HeapTuning.trim, everySeconds: HeapTuning.trimSeconds) == .reload {
      notifier?.send(.reloading(monotonicMicroseconds: EventLoop.monotonicNanoseconds / 1000))
      Blocking.run { await application.reloadCertificate() }
      notifier?.send(ready)
    }
    notifier?.send(.stopping)
  }
}

/// The signals that ask for something, waited for by the main thread.
struct ProcessSignals {
  /// What was asked for.
  enum Request {
    case stop
    case reload
  }

  private var set = sigset_t()

  /// SIGTERM and SIGINT stop. SIGHUP reloads what there is to reload, and a service manager may always ask; elsewhere it
  /// stays what it always was: the end with the terminal, or nothing under nohup.
  init(reloads: Bool) {
    signal(SIGPIPE, SIG_IGN)
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    if reloads { sigaddset(&set, SIGHUP) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// A descriptor that is readable when one has come (signalfd(2)): for who waits for other things too. The caller closes it.
  func descriptor() -> Int32 {
    var set = set
    return signalfd(-1, &set, Int32(SFD_CLOEXEC))
  }

  /// Waits for one, and does something now and then while it waits.
  func next(whileWaiting work: () -> Void = {}, everySeconds seconds: Int = 3600) -> Request {
    var set = set
    var pause = timespec(tv_sec: seconds, tv_nsec: 0)
    while true {
      let received = sigtimedwait(&set, nil, &pause)
      // Interrupted, or nothing came in that time.
      guard received > 0 else {
        if errno == EAGAIN { work() }
        continue
      }
      return received == SIGHUP ? .reload : .stop
    }
  }
}

/// Waits for asynchronous work on a thread that has nothing else to do.
enum Blocking {
  static func run(_ work: @escaping @Sendable () async -> Void) {
    let done = Semaphore()
    Task.detached {
      await work()
      done.signal()
    }
    done.wait()
  }
}

/// A counting semaphore.
///
/// Crosses threads: that is what `sem_t` is for; the memory is its own and lives until the last user is gone.
private final class Semaphore: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(semaphore, 0, 0) }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func signal() { sem_post(semaphore) }

  func wait() { while sem_wait(semaphore) != 0 {} }
}
