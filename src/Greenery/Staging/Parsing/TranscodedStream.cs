using System.Text;
using Greenery.Drops;
using Greenery.Sources;

namespace Greenery.Staging.Parsing;

/// <summary>The text of a stream in UTF-8.</summary>
internal sealed class TranscodedStream(Stream content, string encoding) : ReadOnlyStream
{
    private readonly Stream _text = FileEncodings.IsUtf16(encoding)
        ? new Utf16Stream(content, encoding == FileEncodings.Utf16BigEndian)
        : Encoding.CreateTranscodingStream(
            content, FileEncodings.FindSingleByte(encoding), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _text.ReadAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
        }
        base.Dispose(disposing);
    }
}
