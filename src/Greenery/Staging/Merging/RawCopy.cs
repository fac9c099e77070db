using Greenery.Staging.Types;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>
/// Sends rows in binary COPY form to a table; on any error the COPY is cancelled, and the error goes on.
/// </summary>
internal static class RawCopy
{
    public static async Task RunAsync(
        NpgsqlConnection connection,
        string table,
        string columns,
        Func<Stream, Task> write,
        CancellationToken cancellationToken)
    {
        var copy = await connection.BeginRawBinaryCopyAsync(
            $"copy {table} ({columns}) from stdin (format binary)", cancellationToken);
        try
        {
            await write(copy);
        }
        catch
        {
            // Disposing it would commit what was sent.
            await CancelAsync(copy);
            throw;
        }
        await copy.DisposeAsync();
    }

    /// <summary>Writes rows that are in COPY form already, between a header and a trailer.</summary>
    public static async Task WriteAsync(
        Stream copy, IEnumerable<ReadOnlyMemory<byte>> rows, CancellationToken cancellationToken)
    {
        using var page = new CopyBuffer();
        page.WriteHeader();
        foreach (var row in rows)
        {
            page.Write(row.Span);
            if (page.IsFull)
            {
                await copy.WriteAsync(page.Content, cancellationToken);
                page.Reset(0);
            }
        }
        page.WriteTrailer();
        await copy.WriteAsync(page.Content, cancellationToken);
    }

    private static async Task CancelAsync(NpgsqlRawCopyStream copy)
    {
        try
        {
            await copy.CancelAsync();
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or IOException
            or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is broken already; the error that broke it is on its way.
        }
    }
}
