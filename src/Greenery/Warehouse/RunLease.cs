using Npgsql;

namespace Greenery.Warehouse;

/// <summary>
/// A run's right to write. Every step verifies it in its own transaction, last thing before the commit: the row is
/// locked until then, so that a takeover (which takes the row for update) either waits or has already changed the
/// token, and a zombie's commit is refused.
/// </summary>
public sealed record RunLease(long RunId, Guid Token)
{
    /// <summary>
    /// How long a lease lasts after its last renewal where one process does the whole run: longer than a step is tried
    /// again for, so that a database that is away for that time costs no run.
    /// </summary>
    public static readonly TimeSpan SessionHeldLength = TimeSpan.FromMinutes(3);

    /// <summary>
    /// The same where no process holds it between steps: a host that is deployed or scaled may take minutes to deliver
    /// the next step.
    /// </summary>
    public static readonly TimeSpan TimeLimitedLength = TimeSpan.FromMinutes(10);

    /// <exception cref="LeaseLostException">Another process has taken the run over, or the run has ended.</exception>
    public async Task VerifyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var isHeld = await connection.ExecuteScalarAsync<bool>(
            "select true from ops.lease where run_id = @RunId and token = @Token for key share", this,
            cancellationToken);
        if (!isHeld)
        {
            throw new LeaseLostException(RunId);
        }
    }
}
