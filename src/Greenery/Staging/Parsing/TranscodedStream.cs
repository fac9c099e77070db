using System.Text;
using Greenery.Drops;
using Greenery.Sources;

namespace Greenery.Staging.Parsing;

/// <summary>The text of a stream in UTF-8.</summary>
internal sealed class TranscodedStream(Stream content, string encoding) : ReadOnlyStream
{
    private readonly Stream _text = Encoding.CreateTranscodingStream(
        content, FileEncodings.Find(encoding), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await _text.ReadAsync(buffer, cancellationToken);
        }
        catch (DecoderFallbackException exception)
        {
            throw new RefusedDropException(
                $"has bytes that are not valid {encoding}: {exception.Message} Expected the encoding of the contract "
                + "(config: csv: encoding).");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _text.Dispose();
        }
        base.Dispose(disposing);
    }
}
