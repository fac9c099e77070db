namespace Greenery.Checks;

/// <summary>What a check can be declared on.</summary>
internal enum CheckPlace
{
    Model,

    SourceTable,

    Metric,
}
