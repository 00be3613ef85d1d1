import CInkKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A condition variable with its lock, at a fixed address.
///
/// `@unchecked Sendable`: the two system objects are made for use from several threads and never move.
final class Condition: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let variable = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    lock.initialize(to: pthread_mutex_t())
    variable.initialize(to: pthread_cond_t())
    pthread_mutex_init(lock, nil)
    pthread_cond_init(variable, nil)
  }

  deinit {
    pthread_cond_destroy(variable)
    pthread_mutex_destroy(lock)
    variable.deallocate()
    lock.deallocate()
  }

  /// Sleeps until `condition` holds; it is evaluated under the lock, so a wake-up between test and sleep is not lost.
  func wait(until condition: () -> Bool) {
    pthread_mutex_lock(lock)
    while !condition() { pthread_cond_wait(variable, lock) }
    pthread_mutex_unlock(lock)
  }

  /// Wakes every thread that waits, to test its condition again.
  func wakeAll() {
    pthread_mutex_lock(lock)
    pthread_cond_broadcast(variable)
    pthread_mutex_unlock(lock)
  }
}

/// Tells the processor that this is a spin loop.
@inline(__always)
func spinPause() { ink_spin_pause() }
