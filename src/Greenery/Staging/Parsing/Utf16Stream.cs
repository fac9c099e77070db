using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Greenery.Drops;

namespace Greenery.Staging.Parsing;

/// <summary>
/// A stream of UTF-16 in UTF-8. Half of a surrogate pair becomes the three bytes it would have, which are not valid
/// UTF-8: so its row is quarantined like one with bad bytes, and not the whole file.
/// </summary>
/// <param name="content">The UTF-16. A byte order mark decides which byte comes first.</param>
/// <param name="isBigEndian">Whether the high byte does where there is no such mark.</param>
internal sealed class Utf16Stream(Stream content, bool isBigEndian) : ReadOnlyStream
{
    private const int ChunkBytes = 32 * 1024;
    private const byte NoText = 0xFF;

    // A character of two bytes takes three at most.
    private readonly byte[] _stored = new byte[ChunkBytes];
    private readonly byte[] _text = new byte[(ChunkBytes * 3 / 2) + 1];
    private bool _isBigEndian = isBigEndian;
    private bool _isBegun;
    private bool _isFinal;
    private int _left;
    private int _start;
    private int _end;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _end && !_isFinal)
        {
            // At least one pair of surrogates, so that something is written each time.
            var count = await content.ReadAtLeastAsync(
                _stored.AsMemory(_left), 4, throwOnEndOfStream: false, cancellationToken);
            _isFinal = count < 4;
            Transcode(_left + count);
        }
        var read = Math.Min(buffer.Length, _end - _start);
        _text.AsMemory(_start, read).CopyTo(buffer);
        _start += read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Transcode(int length)
    {
        var letters = MemoryMarshal.Cast<byte, ushort>(_stored.AsSpan(0, length & ~1));
        if (!_isBegun)
        {
            _isBegun = true;
            var first = letters.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(_stored);
            _isBigEndian = first switch { 0xFEFF => false, 0xFFFE => true, _ => _isBigEndian };
        }
        if (_isBigEndian == BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(letters, letters);
        }
        var used = 2 * Write(MemoryMarshal.Cast<ushort, char>(letters));
        if (_isFinal && length % 2 == 1)
        {
            // Half a character at the end of the file.
            _text[_end++] = NoText;
        }
        KeepRest(used, length);
    }

    // How many characters were written: all but the first half of a pair whose second one is not read yet.
    private int Write(ReadOnlySpan<char> letters)
    {
        (_start, _end) = (0, 0);
        var at = 0;
        while (true)
        {
            var status = Utf8.FromUtf16(
                letters[at..], _text.AsSpan(_end), out var read, out var written, replaceInvalidSequences: false,
                isFinalBlock: _isFinal);
            at += read;
            _end += written;
            if (status != OperationStatus.InvalidData)
            {
                return at;
            }
            WriteHalf(letters[at++]);
        }
    }

    private void WriteHalf(char half)
    {
        _text[_end++] = (byte)(0xE0 | (half >> 12));
        _text[_end++] = (byte)(0x80 | ((half >> 6) & 0x3F));
        _text[_end++] = (byte)(0x80 | (half & 0x3F));
    }

    // What is kept was swapped, and will be once more.
    private void KeepRest(int used, int length)
    {
        var rest = _stored.AsSpan(used, length - used);
        if (_isBigEndian == BitConverter.IsLittleEndian && rest.Length >= 2)
        {
            rest[..2].Reverse();
        }
        rest.CopyTo(_stored);
        _left = rest.Length;
    }
}
