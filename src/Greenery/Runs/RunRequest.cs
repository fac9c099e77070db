using System.Text.Json;
using System.Text.Json.Serialization;

namespace Greenery.Runs;

/// <summary>What a user wants to be run.</summary>
public sealed record RunRequest
{
    /// <summary>Drops up to this business date are loaded; null for all up to today.</summary>
    public DateOnly? Date { get; init; }

    /// <summary>Load the drops of <see cref="Date"/> again even if they were loaded.</summary>
    public bool IsReload { get; init; }

    /// <summary>Build every model in full, whatever is there.</summary>
    public bool IsFullRefresh { get; init; }

    /// <summary>Take models from readers that the project has no more, however many they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool MayWithdraw { get; init; }

    /// <summary>
    /// Of a try, which models it builds: <c>m</c>, <c>m+</c> with all that read it, <c>+m</c> with all that it reads;
    /// none for all models. Null for other runs.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Selection { get; init; }

    /// <summary>The environment that a try is shown in; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Environment { get; init; }

    /// <summary>The try that it publishes; null for other runs.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TriedRunId { get; init; }

    /// <summary>What asks for it; by default the command line.</summary>
    [JsonConverter(typeof(RunTriggerJson))]
    public RunTrigger StartedBy { get; init; } = RunTrigger.Cli;

    /// <summary>The scheduled run of the schedule this is for; null for other runs.</summary>
    [JsonIgnore]
    public DateTimeOffset? ScheduledAt { get; init; }

    /// <summary>Said again, it gives the run it gave the first time; null to be asked anew each time.</summary>
    [JsonIgnore]
    public string? IdempotencyKey { get; init; }

    /// <summary>The same for the same wish: what a key is compared by.</summary>
    public string Fingerprint() => JsonSerializer.Serialize(this);
}
