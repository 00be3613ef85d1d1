extension GradientSharing {
  /// Reads `distributed`; nil when the recipe leaves it out.
  static func choice(_ reader: inout RecipeReader) throws(TrainingError) -> GradientSharing? {
    guard var part = try reader.part("distributed") else { return nil }
    let sharing = try part.choice("sharing", of: GradientSharing.self) ?? .replicated
    try part.finish()
    return sharing
  }
}
