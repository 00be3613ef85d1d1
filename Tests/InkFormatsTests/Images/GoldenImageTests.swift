import InkFormats
import InkTensor
import Testing

/// Pictures against Pillow, which decodes JPEG with libjpeg-turbo.
@Suite("Golden images")
struct GoldenImageTests {
  @Test("samples are those of the reference", arguments: GoldenImages.names)
  func samples(name: String) throws {
    let image = try RasterImage.decode(GoldenImages.bytes(name), name: name)
    let expected = try GoldenImages.expected(name)
    #expect([image.height, image.width, 3] == expected.shape.array)
    let reference = expected.toIntegers()
    var worst = 0
    for (found, wanted) in zip(image.samples, reference) { worst = max(worst, abs(Int(found) - wanted)) }
    #expect(worst == 0, "\(name) differs by up to \(worst)")
  }

  @Test("there are pictures of both formats to compare with")
  func complete() {
    #expect(GoldenImages.names.contains { $0.hasSuffix(".png") })
    #expect(GoldenImages.names.contains { $0.hasSuffix(".jpg") })
  }
}
