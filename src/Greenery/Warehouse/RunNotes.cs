using Npgsql;

namespace Greenery.Warehouse;

/// <summary>What a run tells people besides its verdict, in <c>ops.run.notes</c>.</summary>
internal static class RunNotes
{
    /// <summary>Adds a note, unless the run has it already.</summary>
    public static Task<int> AddAsync(
        NpgsqlConnection connection, long runId, string note, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            "update ops.run set notes = notes || @note where run_id = @runId and not @note = any(notes)",
            new { note = StoredMessage.Cut(note), runId }, cancellationToken);
}
