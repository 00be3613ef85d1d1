/// What becomes of memory that operations have given back.
public enum KeptMemory: Sendable, Hashable {
  /// It is kept for operations that ask for as much again, up to so many bytes.
  case atMost(Int)
  /// All of it is kept and cut anew: for training, where the way back asks for other sizes than the way forward.
  case everything
}
