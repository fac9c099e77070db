namespace Greenery.Hosting;

/// <summary>What a host demands of the services it uses.</summary>
public sealed record PipelineHostOptions
{
    /// <summary>
    /// The longest a statement may take; shorter than the host's own limit for a step. Null, the default, for no limit.
    /// </summary>
    public TimeSpan? StatementTimeout { get; init; }
}
