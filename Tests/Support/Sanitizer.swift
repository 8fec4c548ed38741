internal import Glibc

/// What this run was built with.
public enum Sanitizer {
  /// Whether AddressSanitizer watches: it keeps what was freed for a while, so that memory says nothing.
  public static let keepsFreedMemory = getenv("ASAN_OPTIONS") != nil
}
