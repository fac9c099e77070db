namespace Greenery.SampleData;

/// <summary>With what a visitor goes.</summary>
internal enum VisitIntent
{
    /// <summary>With an order.</summary>
    Buying,

    /// <summary>With a cart at most.</summary>
    Browsing,

    /// <summary>At once, with nothing.</summary>
    Leaving,
}
