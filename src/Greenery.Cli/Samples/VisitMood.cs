namespace Greenery.Cli.Samples;

/// <summary>With what a visitor goes.</summary>
internal enum VisitMood
{
    /// <summary>With an order.</summary>
    Buying,

    /// <summary>With a cart at most.</summary>
    Looking,

    /// <summary>At once, with nothing.</summary>
    Leaving,
}
