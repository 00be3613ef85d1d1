import InkTensor
import Testing

/// Views of tensors share their storage, conversions copy out, and shapes from outside are refused rather than trusted.
@Suite("Tensors")
struct TensorViewTests {
  private let counting = Tensor((0..<24).map(Float.init), shape: [2, 3, 4])

  @Test("a reshaped tensor has the same elements in the same order and the same memory")
  func reshape() {
    let view = counting.reshaped([4, 6])
    #expect(view.shape == [4, 6])
    #expect(view.toArray() == counting.toArray())
    #expect(view.storage === counting.storage)
    #expect(counting.reshaped([24]).reshaped([1, 24, 1]).isContiguous)
    #expect(Tensor([7], shape: [1]).reshaped([]).elementCount == 1)
  }

  @Test("a slice is a part of the outermost axis without a copy")
  func slice() {
    let rows = counting.reshaped([6, 4])
    let part = rows.slice(2..<5)
    #expect(part.shape == [3, 4])
    #expect(part.toArray() == (8..<20).map(Float.init))
    #expect(part.storage === counting.storage)
    #expect(part.isContiguous)
    #expect(part.slice(1..<2).toArray() == [12, 13, 14, 15])
    #expect(rows.slice(6..<6).elementCount == 0)
    #expect(rows.slice(6..<6).toArray().isEmpty)
  }

  @Test("an index drops the outermost axis")
  func index() {
    #expect(counting[1].shape == [3, 4])
    #expect(counting[1][2].toArray() == [20, 21, 22, 23])
    #expect(counting[1][2][3].shape == [])
    #expect(counting[1][2][3].toArray() == [23])
  }

  @Test(
    "axes in another order read the elements at their new places",
    arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func transpose(order: [Int]) {
    let view = counting.transposed(order)
    let extents = order.map { counting.shape[$0] }
    #expect(view.shape.array == extents)
    var expected: [Float] = []
    for first in 0..<extents[0] {
      for second in 0..<extents[1] {
        for third in 0..<extents[2] {
          var index = [0, 0, 0]
          for (axis, value) in zip(order, [first, second, third]) { index[axis] = value }
          expected.append(Float((index[0] * 3 + index[1]) * 4 + index[2]))
        }
      }
    }
    #expect(view.toArray() == expected)
    #expect(view.isContiguous == (order == [0, 1, 2]))
    let copy = view.contiguous()
    #expect(copy.isContiguous)
    #expect(copy.toArray() == expected)
    #expect(copy.storage !== counting.storage)
    let inverse = (0..<3).compactMap { order.firstIndex(of: $0) }
    #expect(view.transposed(inverse).toArray() == counting.toArray())
  }

  @Test("views of views: a slice of a transposed tensor, an index of it, and a slice that is turned")
  func nested() {
    let turned = counting.transposed([2, 0, 1])  // [4, 2, 3]
    #expect(turned.slice(1..<3).toArray() == [1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22])
    #expect(turned[3].toArray() == [3, 7, 11, 15, 19, 23])
    #expect(counting.slice(1..<2).transposed([1, 2, 0]).toArray() == (12..<24).map(Float.init))
    #expect(turned[3].toFloat32().isContiguous)
  }

  @Test("elements are read in place")
  func spans() {
    let total = counting.slice(1..<2).withElements { elements in
      var total: Float = 0
      for index in elements.indices { total += elements[index] }
      return total
    }
    #expect(total == Float((12..<24).reduce(0, +)))
  }

  @Test("shapes count their elements and rows and say when they cannot")
  func shapes() {
    #expect(Shape([]).elementCount == 1)
    #expect(Shape([]).rowCount == 1)
    #expect(([5] as Shape).rowCount == 1)
    #expect(([2, 3, 4] as Shape).rowCount == 6)
    #expect(([2, 0, 4] as Shape).checkedElementCount == 0)
    #expect(([1 << 40, 1 << 40] as Shape).checkedElementCount == nil)
    #expect(([3, -1] as Shape).checkedElementCount == nil)
    #expect(([2, 3, 4] as Shape)[-1] == 4)
    #expect(([2, 3] as Shape) != [2, 3, 1])
    #expect("\([2, 3] as Shape)" == "[2, 3]")
  }
}
