import Glibc
import Importing
import Testing

@Suite struct ByteInputTests {
  @Test func whatIsDiscardedIsNotReadAndBehindTheEndIsNothing() throws {
    let pipe = try DescriptorPair()
    let input = ByteInput(descriptor: pipe.reading, name: "pipe")
    #expect(!input.discard(within: 0))
    #expect(write(pipe.writing, "abc", 3) == 3)
    #expect(input.discard(within: 1000))
    #expect(write(pipe.writing, "def", 3) == 3)
    #expect(try input.peek(3) == Array("def".utf8))
    close(pipe.writing)
    #expect(!input.discard(within: 1000))
    #expect(!input.discard(within: 0))
    #expect(try input.peek(1) == [])
  }
}
