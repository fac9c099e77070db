using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>Takes the numbers that checks ask of a drop, all in one scan of its rows.</summary>
internal sealed class DropMeasuring(LoadJob job)
{
    /// <summary>Ends an insert of numbers: one number of each question about a drop.</summary>
    public const string Replaces =
        """
        on conflict (check_id, category, day, path) do update
        set
            value = excluded.value,
            of_rows = excluded.of_rows,
            asked = excluded.asked,
            error = excluded.error,
            run_id = excluded.run_id
        """;

    /// <summary>To be called when the drop's rows are merged; rows of an earlier version are replaced.</summary>
    /// <param name="connection">Of the loading transaction.</param>
    /// <param name="source">What a statement names as the drop's rows.</param>
    /// <param name="cancellationToken">Stops the statements.</param>
    public async Task WriteAsync(NpgsqlConnection connection, string source, CancellationToken cancellationToken)
    {
        if (job.Measures.Count == 0 || await TryAsync(connection, job.Measures, source, cancellationToken) is null)
        {
            return;
        }
        // One of them fails (a division by zero, say): the others are taken each by itself, and the drop is loaded.
        foreach (var measure in job.Measures)
        {
            if (await TryAsync(connection, [measure], source, cancellationToken) is { } error)
            {
                await connection.ExecuteAsync(
                    WriteSql("null::numeric[]", "null::numeric[]"), Parameters([measure], error), cancellationToken);
            }
        }
    }

    // Why it could not be done; null when it was.
    private async Task<string?> TryAsync(
        NpgsqlConnection connection, IReadOnlyList<DropMeasure> asked, string source,
        CancellationToken cancellationToken)
    {
        var values = string.Join(", ", asked.Select(measure => measure.Value));
        var rows = string.Join(", ", asked.Select(measure => measure.Of));
        var refused = await Savepoint.TryAsync(
            connection,
            $"""
            with taken as (
                select array[{values}]::numeric[] as numbers, array[{rows}]::numeric[] as of_rows
                from {source} as t
            )

            {WriteSql("taken.numbers", "taken.of_rows", "taken")}
            """,
            Parameters(asked, error: null), refusal => !refusal.IsTransient, cancellationToken);
        return refused is null ? null : PostgresMessage.Of(refused);
    }

    private static string WriteSql(string numbers, string rows, string? from = null) =>
        $"""
        insert into ops.check_value (check_id, category, day, path, value, of_rows, asked, error, run_id)
        select
            question.check_id, question.category, @Date, @Path, ({numbers})[question.i], ({rows})[question.i],
            question.asked, @Error, @RunId
        from unnest(@Subjects, @Categories, @Asked) with ordinality as question (check_id, category, asked, i)
        {(from is null ? "" : $"cross join {from}")}
        {Replaces}
        """;

    private object Parameters(IReadOnlyList<DropMeasure> asked, string? error) => new
    {
        job.Drop.Date, job.Drop.Path, Error = error, job.Lease.RunId,
        Subjects = asked.Select(measure => measure.Subject).ToArray(),
        Categories = asked.Select(measure => measure.Category).ToArray(),
        Asked = asked.Select(measure => measure.Asked).ToArray(),
    };
}
