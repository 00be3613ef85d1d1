/// A family whose models cannot be written as GGUF, whatever their settings.
public protocol GGUFRefusal: ModelFamily {
  /// Why, as a sentence.
  static var ggufRefusal: String { get }
}

extension OPT: GGUFRefusal {
  public static var ggufRefusal: String { "llama.cpp has no architecture for OPT." }
}
