import Foundation

extension GoldenModel {
  private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/models")

  /// A model of the fixtures, wherever the reference data of other tests comes from: tests that name sizes need it.
  static func fixture(_ name: String) -> GoldenModel {
    GoldenModel(name: name, folder: fixtures.appendingPathComponent(name))
  }

  /// The decoders of the fixtures.
  static let fixtureDecoders = decoders.map { fixture($0.name) }
}
