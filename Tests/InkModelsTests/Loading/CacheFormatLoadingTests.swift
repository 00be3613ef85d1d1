import Foundation
import InkFormats
import InkModels
import InkTensor
import Testing

/// The format of the cache that a model is loaded with, and what its memory is told to be.
@Suite("The format of the cache as a loading option")
struct CacheFormatLoadingTests {
  private static func load(_ name: String, _ format: LoadingOptions.CacheFormat) throws -> DecoderLM {
    let folder = try ModelFolder.open(GoldenModel.fixture(name).folder.path)
    var options = LoadingOptions()
    options.cacheFormat = format
    return try DecoderLM.load(folder, options: options, cpu: CPU(threads: 1))
  }

  @Test("nothing said is automatic: as precise as the weights")
  func automatic() throws {
    #expect(LoadingOptions().cacheFormat == .automatic)
    let layout = try CacheFormatLoadingTests.load("llama", .automatic).cacheLayout
    #expect(!layout.layers.isEmpty && layout.layers.allSatisfy { $0.element == .f32 })
  }

  @Test("every layer is kept as asked", arguments: ["llama", "deepseek_v2"])
  func asked(name: String) throws {
    let formats = [(LoadingOptions.CacheFormat.f32, KeyValueLayout.Element.f32), (.f16, .f16), (.q8, .q8)]
    for (format, element) in formats {
      let layout = try CacheFormatLoadingTests.load(name, format).cacheLayout
      #expect(!layout.layers.isEmpty)
      #expect(layout.layers.allSatisfy { $0.element == element })
    }
  }

  @Test("the estimate counts the pages of the format", arguments: ["llama", "deepseek_v2"])
  func estimate(name: String) throws {
    let folder = try ModelFolder.open(GoldenModel.fixture(name).folder.path)
    let source = try folder.weights.open()
    let tensors = WeightInventory(source.tensorNames.compactMap { source.info($0) })
    var sizes: [Int] = []
    for format in LoadingOptions.CacheFormat.allCases {
      let decoder = try CacheFormatLoadingTests.load(name, format)
      let estimate = MemoryEstimate(
        spec: decoder.spec, tensors: tensors, context: 100, batch: 3, rows: 10, cacheFormat: format)
      #expect(estimate.cache == 2 * 3 * decoder.cacheLayout.pageByteCount)
      #expect(estimate.cachePerToken == decoder.cacheLayout.bytesPerToken)
      sizes.append(estimate.cache)
    }
    #expect(sizes[0] == sizes[1])
    #expect(sizes[2] * 2 == sizes[1])
    // A byte for two, and two for a scale, which holds for fewer than 32 numbers where heads are short.
    #expect(sizes[3] * 2 > sizes[2])
    #expect(sizes[3] * 8 < sizes[2] * 5)
  }
}
