using System.Text.Json;
using System.Text.Json.Serialization;

namespace Greenery.Runs;

/// <summary>
/// A trigger as the database names it, whatever the options: fingerprints of requests are kept and compared later.
/// </summary>
internal sealed class RunTriggerJson() : JsonStringEnumConverter<RunTrigger>(JsonNamingPolicy.SnakeCaseLower);
