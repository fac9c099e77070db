using Greenery.Sources;
using Greenery.Staging.Merging;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>What people should know of each drop of a batch, in the words of drops that are loaded alone.</summary>
/// <param name="table">Their contract.</param>
/// <param name="parts">The drops that are loaded, in order.</param>
internal sealed class BatchNotes(SourceTable table, IReadOnlyList<DropPart> parts)
{
    /// <summary>To be called when rows and counts are written, and the states of the drops are not.</summary>
    public async Task AddAsync(
        NpgsqlConnection connection, Dictionary<long, LoadResult> results, CancellationToken cancellationToken)
    {
        var doubled = await DoubledAsync(connection, results.Values, cancellationToken);
        foreach (var part in parts)
        {
            var drop = part.Job.Drop.DropId;
            var note = NoteText.Join(
                doubled.GetValueOrDefault(drop), results[drop].Message,
                await LastLine.NoteAsync(connection, part.Job, part.Read.EndsWithLineBreak, cancellationToken));
            results[drop] = results[drop] with { Message = note };
        }
        await AddTwinsAsync(connection, results, cancellationToken);
    }

    private async Task<Dictionary<long, string>> DoubledAsync(
        NpgsqlConnection connection, IEnumerable<LoadResult> results, CancellationToken cancellationToken)
    {
        if (!results.Any(result => result.Superseded > 0))
        {
            return [];
        }
        var found = await connection.QueryAsync<(
            long DropId, long Keys, long? First, long? Last, string? Key)>(
            BatchSql.Doubled(new StagingTable(table)), null, cancellationToken);
        return found.ToDictionary(
            drop => drop.DropId, drop => DuplicateKeys.Note(drop.Keys, drop.First, drop.Last, drop.Key));
    }

    // A twin is a drop of the same date that is loaded already, or is loaded before it in the batch.
    private async Task AddTwinsAsync(
        NpgsqlConnection connection, Dictionary<long, LoadResult> results, CancellationToken cancellationToken)
    {
        var loaded = await BatchStore.SameContentAsync(connection, table.Name, parts, cancellationToken);
        foreach (var part in parts)
        {
            var drop = part.Job.Drop;
            var key = (part.Hash!, drop.Date);
            var twin = loaded.GetValueOrDefault(key);
            if (twin is not null && results[drop.DropId] is { Message: null, RowsInFile: > 0 } result)
            {
                results[drop.DropId] = result with { Message = $"has the same content as {twin.Path}" };
            }
            // The first one in the ledger is the one that is named.
            loaded[key] = twin is not null && twin.DropId < drop.DropId ? twin : drop;
        }
    }
}
