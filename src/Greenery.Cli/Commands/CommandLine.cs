using System.CommandLine;
using System.CommandLine.Completions;
using Greenery.Cli.Output;
using Greenery.Warehouse;

namespace Greenery.Cli.Commands;

/// <summary>The commands, and what their ends mean to the caller.</summary>
internal static class CommandLine
{
    /// <summary>Published, or nothing to do.</summary>
    public const int Success = 0;

    /// <summary>Checks or unit tests failed.</summary>
    public const int Failed = 1;

    /// <summary>Bad usage, configuration, contract or model.</summary>
    public const int Misused = 2;

    /// <summary>Infrastructure failed: database, storage; or a user stopped it.</summary>
    public const int Broken = 3;

    // Long enough for a stopped run to cancel its statements and say so in the ledger, also where the server does not
    // answer.
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(30);

    private const string About =
        """
        Loads the shop's nightly drops into PostgreSQL, builds and checks the marts, and publishes only what is right.

        Exit codes: 0 published or nothing to do, 1 checks or unit tests failed and nothing was published, 2 bad usage,
        configuration, contract or model, 3 infrastructure failed.
        """;

    /// <summary>Runs one command line and gives its exit code.</summary>
    public static async Task<int> InvokeAsync(string[] args)
    {
        var root = Root();
        var parsed = root.Parse(args);
        var log = new LogOutput(parsed.GetLogFormat());
        // A shell asks for suggestions with a command line that is not complete.
        var isSuggestion = root.Directives.OfType<SuggestDirective>().Any(each => parsed.GetResult(each) is not null);
        if (parsed.Errors.Count > 0 && !isSuggestion)
        {
            // Of an unknown command the parser says also that none was given.
            foreach (var error in parsed.UnmatchedTokens.Count > 0 ? parsed.Errors.TakeLast(1) : parsed.Errors)
            {
                log.Error(error.Message);
            }
            log.Error("'greenery --help' lists the commands.");
            return Misused;
        }
        var invocation = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // Signals are handled here: the library's own handler waits for all that is cancelled.
            ProcessTerminationTimeout = null,
        };
        using var signals = new StopSignals(StopWithin);
        return await GuardAsync(log, () => signals.LimitAsync(parsed.InvokeAsync(invocation, signals.Token)));
    }

    /// <summary>All commands.</summary>
    public static RootCommand Root()
    {
        var root = Commands();
        root.Options.Add(CommonOptions.LogFormatOption);
        ModelCompletions.Add(root);
        CommandExamples.ShowIn(root);
        return root;
    }

    private static RootCommand Commands() => new(About)
    {
        InitCommand.Create(),
        DemoCommand.Create(),
        RunCommand.Create(),
        PlanCommand.Create(),
        StatusCommand.Create(),
        LogsCommand.Create(),
        DoctorCommand.Create(),
        CheckCommand.Create(),
        TestCommand.Create(),
        PreviewCommand.Create(),
        DiffCommand.Create(),
        PublishCommand.Create(),
        EnvironmentCommand.Create(),
        VerifyCommand.Create(),
        QuarantineCommand.Create(),
        AlertsCommand.Create(),
        RollbackCommand.Create(),
        ServeCommand.Create(),
        ServicesCommand.Create(),
        CancelCommand.Create(),
        MigrateCommand.Create(),
        UpgradeCommand.Create(),
        ValidateCommand.Create(),
        ReportCommand.Create(),
        DocsCommand.Create(),
        SampleCommand.Create(),
        InferCommand.Create(),
        ImportCommand.Create(),
        SchemaCommand.Create(),
        CompletionCommand.Create(),
    };

    private static async Task<int> GuardAsync(LogOutput log, Func<Task<int>> invoke)
    {
        try
        {
            return await invoke();
        }
        catch (ConfigurationException exception)
        {
            foreach (var diagnostic in exception.Diagnostics)
            {
                log.Error($"{diagnostic}");
            }
            return Misused;
        }
        catch (Exception exception) when (exception is InfrastructureException or Npgsql.NpgsqlException
            or Azure.RequestFailedException)
        {
            log.Error(PostgresMessage.Describe(exception));
            return Broken;
        }
        catch (OperationCanceledException)
        {
            log.Error("Stopped.");
            return Broken;
        }
        catch (Exception exception)
        {
            log.Error($"This is a defect of greenery, please report it with the lines below. "
                + ExceptionText.Trace(exception));
            return Broken;
        }
    }
}
