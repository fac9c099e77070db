using System.Buffers;
using System.IO.Compression;
using System.Text;
using Greenery.Sources;

namespace Greenery.Staging.Inference;

/// <summary>Which encoding a text file has.</summary>
internal static class EncodingGuess
{
    private const int ChunkBytes = 1024 * 1024;

    /// <summary>
    /// UTF-16 by its byte order mark or its zeros, UTF-8 where all bytes are valid, and Windows-1252 for the rest: of
    /// encodings with one byte a character it is the one that files mostly have.
    /// </summary>
    public static async Task<string> ReadAsync(Stream stored, bool isCompressed, CancellationToken cancellationToken)
    {
        await using var content = isCompressed ? new GZipStream(stored, CompressionMode.Decompress) : stored;
        var decoder = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        var text = ArrayPool<char>.Shared.Rent(ChunkBytes + 8);
        try
        {
            var isFirst = true;
            int count;
            while ((count = await content.ReadAtLeastAsync(
                chunk.AsMemory(0, ChunkBytes), ChunkBytes, false, cancellationToken)) > 0)
            {
                if (isFirst && Utf16Of(chunk.AsSpan(0, Math.Min(count, 64))) is { } wide)
                {
                    return wide;
                }
                isFirst = false;
                decoder.GetChars(chunk.AsSpan(0, count), text, flush: false);
            }
            return FileEncodings.Utf8;
        }
        catch (DecoderFallbackException)
        {
            return "windows-1252";
        }
        catch (InvalidDataException)
        {
            // Reading it as a drop says what is wrong with it.
            return FileEncodings.Utf8;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
            ArrayPool<char>.Shared.Return(text);
        }
    }

    private static string? Utf16Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, ..] => "utf-16",
        [0xFE, 0xFF, ..] => "utf-16be",
        [not 0, 0, not 0, 0, ..] => "utf-16le",
        [0, not 0, 0, not 0, ..] => "utf-16be",
        _ => null,
    };
}
