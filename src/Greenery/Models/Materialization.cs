namespace Greenery.Models;

/// <summary>What becomes of a model's select.</summary>
public enum Materialization
{
    /// <summary>A table, built anew whenever its SQL or anything it reads has changed.</summary>
    Table,

    /// <summary>A view.</summary>
    View,

    /// <summary>A table that grows: only what is new since the last published run is computed.</summary>
    Incremental,
}

/// <summary>How the new rows of an incremental model meet those already there.</summary>
public enum IncrementalStrategy
{
    /// <summary>Rows are only added.</summary>
    Append,

    /// <summary>A new row replaces the one with the same unique key.</summary>
    Merge,

    /// <summary>The windows (say, days) that new rows belong to are computed again and replaced as a whole.</summary>
    ReplaceWindow,

    /// <summary>
    /// The rows of the keys that changed rows of the model's inputs lead to are computed again, by its plain full
    /// select.
    /// </summary>
    ByKey,
}
