using Greenery.Sources;

namespace Greenery.Models;

/// <summary>Keys of dbt's <c>config</c> that cannot mean the same here.</summary>
internal static class RefusedConfig
{
    /// <summary>Refuses those that are there, each with what to do instead.</summary>
    public static void Refuse(PropertyMap? config)
    {
        config?.Forbid("schema", "is no key here: the schema of a model is its mart, the folder of its file.")
            .Forbid("database", "is no key here: all marts are in the database of Greenery:Warehouse.")
            .Forbid("alias", "is no key here: a model is called as its file is.")
            .Forbid("enabled", "is no key of models here: take the file away, or its ending .sql.")
            .Forbid("grants", "is no key here: role greenery_reader may read all marts; grant it to those who may.")
            .Forbid("pre-hook", "is no key here: a run executes selects only.")
            .Forbid("post-hook", "is no key here: a run executes selects only; for an index write 'indexes'.")
            .Forbid("pre_hook", "is no key here: a run executes selects only.")
            .Forbid("post_hook", "is no key here: a run executes selects only; for an index write 'indexes'.")
            .Forbid("full_refresh", "is no key here: 'greenery run --full-refresh' builds anew.")
            .Forbid("on_schema_change", "is no key here: a model whose columns change is built anew.");
    }
}
