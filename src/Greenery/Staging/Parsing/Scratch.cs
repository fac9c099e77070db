namespace Greenery.Staging.Parsing;

/// <summary>A reused buffer for values that do not stand in the file as they are (doubled quotes, escapes).</summary>
internal sealed class Scratch
{
    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Content => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Room for <paramref name="count"/> bytes at the end, to be kept by <see cref="Advance"/>.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(Length + count, _bytes.Length * 2));
        }
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;
}
