using Greenery.Drops;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Staging.Loading;

/// <summary>
/// A file that is cut within its last value may still be good: 120.00 cut to 12 is a number. The line break that it
/// lacks, and that its sender otherwise writes, is the only sign.
/// </summary>
internal static class LastLine
{
    /// <summary>
    /// Compares with the last loaded version of the drop and with the drop before it. A drop of another format may
    /// come from another program, and shows nothing.
    /// </summary>
    /// <returns>A note; null when there is nothing to say.</returns>
    public static async Task<string?> NoteAsync(
        NpgsqlConnection connection, LoadJob job, bool? endsWithLineBreak, CancellationToken cancellationToken)
    {
        if (endsWithLineBreak != false)
        {
            return null;
        }
        var ended = await connection.QueryAsync<string>(
            Earlier, new { job.Table.Name, job.Drop.Path, job.Drop.Date, job.Drop.SortKey }, cancellationToken);
        return ended.Find(path => IsOfFormat(path, job.Name.Format)) is { } other
            ? $"does not end with a line break, and {(other == job.Drop.Path ? "its last version" : other)} does: its "
                + "last row may be cut short. Ask its sender whether the file is whole"
            : null;
    }

    private static bool IsOfFormat(string path, DropFormat format) =>
        DropName.FormatOf(path)?.Format == format;

    private const string Earlier =
        """
        with same_path as (
            select d.path, l.ends_with_line_break
            from ops.drop as d
            inner join ops.load as l on d.drop_id = l.drop_id
            where d.path = @Path
            order by l.load_seq desc
            limit 1
        ),

        one_before as (
            select d.path, l.ends_with_line_break
            from ops.drop as d
            inner join ops.load as l on d.drop_id = l.drop_id
            where
                d.table_name = @Name
                and (d.drop_date, d.sort_key) < (@Date, @SortKey)
                and l.ends_with_line_break is not null
            order by d.drop_date desc, d.sort_key desc, l.load_seq desc
            limit 1
        )

        select path from same_path where ends_with_line_break
        union all
        select path from one_before where ends_with_line_break
        """;
}
