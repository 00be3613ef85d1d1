/// What protects a file.
struct PDFSecurity {
  init(_ encryption: [String: PDFObject], file: PDFFile) throws(RetrievalError) {
    throw RetrievalError(
      .unsupported, context: file.name, expected: "a PDF that opens without a password", found: "an encrypted one",
      hint: "Save a copy without protection.")
  }

  func decrypted(_ object: PDFObject, number: Int, generation: Int) -> PDFObject { object }

  func decrypted(_ data: [UInt8], of stream: PDFStream) -> [UInt8] { data }
}
