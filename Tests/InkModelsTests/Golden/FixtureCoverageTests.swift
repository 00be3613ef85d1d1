import Foundation
import InkModels
import Testing

/// The golden suites go through lists that are read off the disk; these tests see to it that no list lost its members.
@Suite("Fixtures that the golden suites go through")
struct FixtureCoverageTests {
  @Test("every folder of the fixtures is in the list of some suite")
  func everyFolder() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: GoldenModel.fixtures.path)
    let listed = [GoldenModel.fixtureDecoders, GoldenModel.encoders, GoldenModel.encoderDecoders].flatMap { $0 }
    // Two suites name their only model; the last one is compared by a test of its own.
    let named: Set = ["clip", "llava", "vanilla_transformer"]
    #expect(Set(folders).subtracting(listed.map(\.name)).subtracting(named).isEmpty)
    #expect(named.isSubset(of: folders))
  }

  @Test("every family of decoders has a folder, but for two that are compared through their relatives")
  func everyFamily() {
    let compared = Set(GoldenModel.fixtureDecoders.compactMap(\.modelType))
    let missing = FamilyRegistry.families.filter { compared.isDisjoint(with: $0.modelTypes) }
    #expect(Set(missing.flatMap { $0.modelTypes }) == ["deepseek", "qwen"])
  }

  @Test(
    "every part of the reference data is there for some models",
    .enabled(if: GoldenModel.root == GoldenModel.fixtures, "other reference data may leave parts out"))
  func everyPart() {
    #expect(GoldenModel.decoders.count >= 40)
    #expect(GoldenModel.convertible.count >= 20)
    #expect(GoldenModel.withPadding.count >= 20)
    #expect(GoldenModel.withGreedy.count >= 20)
    #expect(!GoldenModel.withOlderConfiguration.isEmpty)
    #expect(GoldenModel.mixtures.count >= 4)
    #expect(GoldenConversionTests.models.count >= 20)
    #expect(!GoldenConversionTests.withoutWords.isEmpty)
  }
}
