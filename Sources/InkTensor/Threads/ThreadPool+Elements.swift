extension ThreadPool {
  /// Changes every element of an array, several at once: work that does not depend on what happens to the others.
  ///
  /// - Parameter body: gets the index and the element; called once for each, on any thread.
  package func forEach<Element>(_ elements: inout [Element], _ body: (Int, inout Element) -> Void) {
    elements.withUnsafeMutableBufferPointer { buffer in
      // Each index is handed out once, so no two threads touch the same element.
      run(count: buffer.count) { indices in
        for index in indices { body(index, &buffer[index]) }
      }
    }
  }
}
