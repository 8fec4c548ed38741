internal import CLinux
internal import Glibc

/// Linux constants as the types the calls take. The importer gives some as enums, some as `Int`, some as `Int32`;
/// that unevenness ends in this file.
enum SystemConstant {
  static let epollCloseOnExec = Int32(EPOLL_CLOEXEC)
  static let eventNonBlocking = Int32(EFD_NONBLOCK)
  static let eventCloseOnExec = Int32(EFD_CLOEXEC)
  static let streamSocket = Int32(SOCK_STREAM.rawValue)
  static let socketNonBlocking = Int32(SOCK_NONBLOCK.rawValue)
  static let socketCloseOnExec = Int32(SOCK_CLOEXEC.rawValue)
  static let noSignal = Int32(MSG_NOSIGNAL)
  static let protocolTCP = Int32(IPPROTO_TCP)
  static let noDelay = Int32(TCP_NODELAY)
  static let shutWrite = Int32(SHUT_WR)
  /// Buffers of one `writev`: IOV_MAX of Linux (uio(7)).
  static let maxVectors = 1024
  static let numericService = Int32(AI_NUMERICSERV)
  static let passiveAddress = Int32(AI_PASSIVE)
  static let numericHost = Int32(NI_NUMERICHOST)
}

/// What a descriptor is watched for, and what it turned out to be.
public struct LoopEvents: OptionSet, Sendable {
  /// The bits of epoll(7).
  public let rawValue: UInt32
  /// Takes the bits of epoll(7) as they are.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// There is something to read, or the peer has sent its end.
  public static let readable = LoopEvents(rawValue: EPOLLIN.rawValue)
  /// There is room to write.
  public static let writable = LoopEvents(rawValue: EPOLLOUT.rawValue)
  /// The peer will send no more.
  public static let peerClosed = LoopEvents(rawValue: EPOLLRDHUP.rawValue)
  /// Both directions are closed; always reported.
  public static let hangup = LoopEvents(rawValue: EPOLLHUP.rawValue)
  /// The descriptor has failed; always reported.
  public static let failed = LoopEvents(rawValue: EPOLLERR.rawValue)
  /// Report changes only, not the state.
  public static let edgeTriggered = LoopEvents(rawValue: EPOLLET.rawValue)
}
