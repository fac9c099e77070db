namespace Greenery.Models;

/// <summary>Which way a metric should move.</summary>
public enum MetricDirection
{
    /// <summary>No change is good or bad by itself.</summary>
    None,

    /// <summary>More is better: revenue.</summary>
    UpIsGood,

    /// <summary>Less is better: days until delivery.</summary>
    DownIsGood,
}
