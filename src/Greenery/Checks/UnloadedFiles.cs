using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Checks;

/// <summary>
/// Warns of files among the drops that no table takes: an odd name, an unknown table, a link that leads nowhere. Their
/// sender believes that they are loaded.
/// </summary>
public static class UnloadedFiles
{
    /// <summary>How <c>ops.check_result</c> calls it.</summary>
    public const string Id = "staging.files.not_loaded";

    private const string Kind = "not_loaded";
    private const int FilesNamed = 5;

    /// <summary>Writes down what is not loaded, or that all is when the run before it left something.</summary>
    /// <param name="connection">Of a transaction.</param>
    /// <param name="runId">The run that has listed the drops.</param>
    /// <param name="files">How many are not loaded.</param>
    /// <param name="notes">One for each of the first files, with what to do.</param>
    /// <param name="cancellationToken">Writes nothing.</param>
    public static Task<int> NoteAsync(
        NpgsqlConnection connection, long runId, long files, IReadOnlyList<Diagnostic> notes,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            """
            delete from ops.check_result where run_id = @runId and check_id = @Id;
            insert into ops.check_result (run_id, check_id, mart, model, kind, severity, status, rows_looked_at,
                rows_failing, message)
            select @runId, @Id, 'staging', 'files', @Kind, 'warn', case when @count > 0 then 'warn' else 'pass' end, 1,
                case when @count > 0 then 1 else 0 end, @message
            where @count > 0 or (
                select status from ops.check_result where check_id = @Id and run_id < @runId order by run_id desc limit 1
            ) = 'warn'
            """,
            new { runId, Id, Kind, count = files, message = Describe(files, notes) }, cancellationToken);

    private static string Describe(long files, IReadOnlyList<Diagnostic> notes)
    {
        if (files == 0)
        {
            return $"{Kind} of staging: no file is left";
        }
        var more = files > FilesNamed ? $" And {files - FilesNamed} more; see the notes of the run." : "";
        return $"{Kind} of staging: {files} {(files == 1 ? "file" : "files")} among the drops. "
            + $"{string.Join(' ', notes.Take(FilesNamed))}{more}";
    }
}
