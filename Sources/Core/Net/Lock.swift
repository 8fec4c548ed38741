#if TSAN
  internal import CLinux
  internal import Glibc
#else
  internal import Synchronization
#endif

/// A value behind a lock.
///
/// ThreadSanitizer does not see the futex inside `Synchronization.Mutex` and reports each user as a race; a build with
/// `-D TSAN` takes `pthread_mutex`, which it understands.
///
/// Safe to share: the value is reached only with the lock held, and the closure gets it for that time only.
public final class Lock<Value>: @unchecked Sendable {
  #if TSAN
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  #else
    private let mutex = Mutex<Void>(())
  #endif
  // Without the check of exclusive access (docs/decisions/0023): whoever came back for it while it is used would wait for
  // the lock.
  @exclusivity(unchecked) private var value: Value

  /// Starts with the value, unlocked.
  public init(_ value: Value) {
    self.value = value
    #if TSAN
      mutex = .allocate(capacity: 1)
      pthread_mutex_init(mutex, nil)
    #endif
  }

  #if TSAN
    deinit {
      pthread_mutex_destroy(mutex)
      mutex.deallocate()
    }

    /// Runs the closure with the lock held. Not reentrant.
    public func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return try body(&value)
    }
  #else
    /// Runs the closure with the lock held. Not reentrant.
    public func withLock<R>(_ body: (inout Value) throws -> R) rethrows -> R {
      mutex._unsafeLock()
      defer { mutex._unsafeUnlock() }
      return try body(&value)
    }
  #endif
}
