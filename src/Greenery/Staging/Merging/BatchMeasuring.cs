using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Merging;

/// <summary>Takes the numbers that checks ask of each drop of a batch, all in one scan of their rows.</summary>
/// <param name="jobs">The drops whose rows are in <see cref="MergeSql.Incoming"/>; at least one.</param>
internal sealed class BatchMeasuring(IReadOnlyList<LoadJob> jobs)
{
    private readonly IReadOnlyList<DropMeasure> _measures = jobs[0].Measures;

    /// <summary>To be called when the rows are merged.</summary>
    public async Task WriteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_measures.Count == 0 || await TryAsync(connection, cancellationToken))
        {
            return;
        }
        // One number of one drop cannot be computed: which one is found as when each drop is loaded by itself.
        foreach (var job in jobs)
        {
            await new DropMeasuring(job).WriteAsync(
                connection,
                $"(select * from {MergeSql.Incoming} where {StagingTable.DropId} = {job.Drop.DropId})",
                cancellationToken);
        }
    }

    private async Task<bool> TryAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await Savepoint.TryAsync(
            connection,
            Sql,
            new
            {
                Drops = jobs.Select(job => job.Drop.DropId).ToArray(),
                jobs[0].Lease.RunId,
                Subjects = _measures.Select(measure => measure.Subject).ToArray(),
                Categories = _measures.Select(measure => measure.Category).ToArray(),
                Asked = _measures.Select(measure => measure.Asked).ToArray(),
            },
            refusal => !refusal.IsTransient,
            cancellationToken) is null;

    // A drop without rows has numbers too: a count of 0.
    private string Sql
    {
        get
        {
            var numbers = string.Join(", ", _measures.Select(measure => measure.Value));
            var rows = string.Join(", ", _measures.Select(measure => measure.Of));
            return $"""
                with taken as (
                    select
                        t.{StagingTable.DropId} as drop_id,
                        array[{numbers}]::numeric[] as numbers,
                        array[{rows}]::numeric[] as of_rows
                    from {MergeSql.Incoming} as t
                    group by t.{StagingTable.DropId}
                ),

                none as (
                    select array[{numbers}]::numeric[] as numbers, array[{rows}]::numeric[] as of_rows
                    from {MergeSql.Incoming} as t
                    where false
                )

                insert into ops.check_value (check_id, category, day, path, value, of_rows, asked, error, run_id)
                select
                    question.check_id, question.category, d.drop_date, d.path,
                    case when taken.drop_id is null then none.numbers[question.i] else taken.numbers[question.i] end,
                    case when taken.drop_id is null then none.of_rows[question.i] else taken.of_rows[question.i] end,
                    question.asked, null, @RunId
                from ops.drop as d
                cross join none
                left join taken on d.drop_id = taken.drop_id
                cross join unnest(@Subjects, @Categories, @Asked)
                    with ordinality as question (check_id, category, asked, i)
                where d.drop_id = any(@Drops)
                {DropMeasuring.Replaces}
                """;
        }
    }
}
