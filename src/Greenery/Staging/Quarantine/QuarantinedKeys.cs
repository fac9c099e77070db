using Greenery.Staging.Types;

namespace Greenery.Staging.Quarantine;

/// <summary>Writes the key of a row that is in quarantine; false when it cannot be read.</summary>
/// <param name="raw">The row as written in the file.</param>
/// <param name="page">Takes the key's fields, in the order of the contract's key.</param>
internal delegate bool KeyReader(ReadOnlySpan<byte> raw, CopyBuffer page);

/// <summary>
/// The keys of a drop's quarantined rows, in COPY form: these rows are in the file, so nothing may treat them as
/// removed from it.
/// </summary>
internal sealed class QuarantinedKeys(int columns) : IDisposable
{
    // Keys beyond this many are not kept; the rows then count as rows without a readable key.
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly CopyBuffer _page = Begin();

    /// <summary>Reads keys; set once the file's format and header are known.</summary>
    public KeyReader? Reader { get; set; }

    /// <summary>At least one key cannot be read: any row that the file lacks could be that row.</summary>
    public bool HasUnreadable { get; private set; }

    public void Add(ReadOnlySpan<byte> raw)
    {
        var start = _page.Length;
        _page.WriteInt16((short)columns);
        if (start > MostBytes || Reader is null || !Reader(raw, _page))
        {
            _page.Reset(start);
            HasUnreadable = true;
        }
    }

    /// <summary>Writes all keys as one COPY.</summary>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        _page.WriteTrailer();
        await target.WriteAsync(_page.Content, cancellationToken);
    }

    public void Dispose() => _page.Dispose();

    private static CopyBuffer Begin()
    {
        var page = new CopyBuffer();
        page.WriteHeader();
        return page;
    }
}
