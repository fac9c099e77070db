using System.Data;
using Azure;
using Greenery.Drops;
using Greenery.Publishing;
using Greenery.Warehouse;
using Npgsql;

namespace Greenery.Runs;

/// <summary>Says of an exception how a run ends by it, and what to tell people and the ledger.</summary>
internal static class FailureText
{
    /// <summary>For people: what to do about it, and no traces.</summary>
    public static StepFailure From(Exception exception) => exception switch
    {
        StepFailedException failed => failed.Failure,
        DataException { InnerException: NpgsqlException broken } => From(broken),
        ConfigurationException or PublishConflictException => new StepFailure(RunState.Refused, exception.Message),
        PostgresException refused => new StepFailure(
            RunState.Failed, $"PostgreSQL: {PostgresMessage.Of(refused)}. ops.step says in which step."),
        _ when IsKnown(exception) => new StepFailure(RunState.Failed, exception.Message),
        _ => new StepFailure(
            RunState.Failed,
            $"A defect of greenery, please report it: {exception.GetType().Name}: "
                + $"{ExceptionText.MessageOf(exception)} The trace is in ops.step."),
    };

    /// <summary>
    /// For the ledger. A statement's details may hold people's data; a defect's trace is what its mending needs.
    /// </summary>
    public static string ForStepStore(Exception exception) => exception switch
    {
        DataException { InnerException: NpgsqlException broken } => ForStepStore(broken),
        PostgresException refused => PostgresMessage.Of(refused),
        _ when IsKnown(exception) || exception is ConfigurationException or PublishConflictException =>
            exception.Message,
        _ => ExceptionText.Trace(exception),
    };

    private static bool IsKnown(Exception exception) => exception
        is InfrastructureException or NpgsqlException or LeaseLostException or DropChangedException
            or RequestFailedException;
}
