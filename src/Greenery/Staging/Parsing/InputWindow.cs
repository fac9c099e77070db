using System.Buffers;

namespace Greenery.Staging.Parsing;

/// <summary>
/// The part of a file that is in memory: what was read and not yet consumed. Rows are parsed in place; a row that is
/// not whole yet stays, and is parsed again when there is more of it.
/// </summary>
internal sealed class InputWindow(Stream stream) : IDisposable
{
    /// <summary>A row longer than this is no row: the window never grows beyond it.</summary>
    public const int LongestRow = 16 * 1024 * 1024;

    private const int Smallest = 64 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(512 * 1024);
    private int _start;
    private int _end;

    /// <summary>The stream has ended: <see cref="Unread"/> is the rest of the file.</summary>
    public bool IsFinal { get; private set; }

    /// <summary>The last byte that was read; null before the first.</summary>
    public byte? Last { get; private set; }

    /// <summary>Bytes of the file before <see cref="Unread"/>.</summary>
    public long Offset { get; private set; }

    public ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start.._end);

    /// <summary>Whether what is unread from <paramref name="at"/> on is longer than any row may be.</summary>
    public bool IsTooLong(int at) => _end - _start - at >= LongestRow;

    public void Consume(int count)
    {
        _start += count;
        Offset += count;
    }

    /// <summary>Reads what the stream has next after the unread bytes, or finds that it has ended.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        IsFinal = count == 0;
        Last = IsFinal ? Last : _buffer[_end - 1];
    }

    /// <summary>Reads until there are <paramref name="count"/> unread bytes or the file ends.</summary>
    public async ValueTask FillAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count && !IsFinal)
        {
            await FillAsync(cancellationToken);
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private void MakeRoom()
    {
        if (_buffer.Length - _end >= Smallest)
        {
            return;
        }
        var unread = Unread;
        var isCrowded = _buffer.Length - unread.Length < _buffer.Length / 4;
        var target = isCrowded ? ArrayPool<byte>.Shared.Rent(_buffer.Length * 2) : _buffer;
        unread.CopyTo(target);
        (_start, _end) = (0, unread.Length);
        if (isCrowded)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = target;
        }
    }
}
