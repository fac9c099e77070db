using System.Globalization;
using System.Text;

namespace Greenery.SampleData;

/// <summary>
/// Puts values as UTF-8 straight into a buffer, without strings in between: large samples are written as fast as they
/// are invented. Looks at the cancellation token each time the buffer is full.
/// </summary>
internal sealed class Utf8Writer(Stream stream, CancellationToken cancellationToken) : IDisposable
{
    private const int LongestValue = 64;

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly byte[] _date = new byte["yyyy-MM-dd".Length];
    private long _dateOf = long.MinValue;
    private int _filled;

    public void Byte(byte value)
    {
        Reserve(1)[0] = value;
        _filled++;
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        _filled += value.Length;
    }

    public void Text(ReadOnlySpan<char> value)
    {
        // Not in one statement: += would read what is filled before Reserve empties it.
        var to = Reserve(Encoding.UTF8.GetMaxByteCount(value.Length));
        _filled += Encoding.UTF8.GetBytes(value, to);
    }

    public void Uuid(Guid value)
    {
        value.TryFormat(Reserve(LongestValue), out var written);
        _filled += written;
    }

    public void Integer(long value)
    {
        value.TryFormat(Reserve(LongestValue), out var written, default, CultureInfo.InvariantCulture);
        _filled += written;
    }

    /// <summary>Cents as dollars: 1205 is <c>12.05</c>. Not negative.</summary>
    public void Money(long cents)
    {
        Integer(cents / 100);
        Byte((byte)'.');
        TwoDigits(cents % 100);
    }

    /// <summary>Seconds since 1970 as <c>2026-11-20T08:15:00Z</c>.</summary>
    public void Time(long seconds)
    {
        var day = seconds / ShopClock.Day;
        if (day != _dateOf)
        {
            DateOnly.FromDateTime(DateTime.UnixEpoch.AddDays(day))
                .TryFormat(_date, out _, "yyyy-MM-dd", CultureInfo.InvariantCulture);
            _dateOf = day;
        }
        var second = seconds % ShopClock.Day;
        Bytes(_date);
        Byte((byte)'T');
        TwoDigits(second / ShopClock.Hour);
        Byte((byte)':');
        TwoDigits(second / 60 % 60);
        Byte((byte)':');
        TwoDigits(second % 60);
        Byte((byte)'Z');
    }

    public void Flush()
    {
        cancellationToken.ThrowIfCancellationRequested();
        stream.Write(_buffer, 0, _filled);
        _filled = 0;
    }

    public void Dispose() => stream.Dispose();

    private void TwoDigits(long value)
    {
        var to = Reserve(2);
        to[0] = (byte)('0' + (value / 10));
        to[1] = (byte)('0' + (value % 10));
        _filled += 2;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (_buffer.Length - _filled < bytes)
        {
            Flush();
        }
        return _buffer.AsSpan(_filled);
    }
}
