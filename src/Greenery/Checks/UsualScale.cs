namespace Greenery.Checks;

/// <summary>How a number varies from day to day.</summary>
public enum UsualScale
{
    /// <summary>A count or a sum: it varies by factors.</summary>
    Amount,

    /// <summary>A share from 0 to 1: it varies by points, least near 0 and 1.</summary>
    Share,
}
