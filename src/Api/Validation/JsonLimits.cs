using System.Runtime.CompilerServices;
using Platform.Abstractions.Tenants;

namespace Platform.Api.Validation;

/// <summary>What one body may cost us. The defaults are the platform's; a tenant can only lower them.</summary>
internal sealed record JsonLimits
{
    /// <summary>The guard keeps one frame per level on the stack, so nobody may ask for more.</summary>
    public const int DeepestDepth = 64;

    // Made once for each fetched view of a tenant, and gone with it.
    private static readonly ConditionalWeakTable<InputLimits, JsonLimits> OfTenants = [];

    public static JsonLimits Default { get; } = new();

    /// <summary>Nested containers, a message's object being the first.</summary>
    public int MaxDepth
    {
        get;
        init => field = value is >= 1 and <= DeepestDepth
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"MaxDepth is {value}; choose 1 to {DeepestDepth}.");
    } = InputLimits.Depth;

    /// <summary>Properties of one object.</summary>
    public int MaxProperties { get; init; } = InputLimits.Properties;

    /// <summary>UTF-16 code units of a string or property name after unescaping.</summary>
    public int MaxStringLength { get; init; } = InputLimits.StringLength;

    /// <summary>Elements of one array.</summary>
    public int MaxItems { get; init; } = InputLimits.Items;

    /// <summary>Values of all kinds in the body, the root object included; property names and the array of a batch do not count.</summary>
    public int MaxNodes { get; init; } = InputLimits.Nodes;

    /// <summary>Bytes of a number as written.</summary>
    public int MaxNumberLength { get; init; } = InputLimits.NumberLength;

    /// <summary>Messages of a batch, at least 1; a single message counts as one.</summary>
    public int MaxBatch
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"MaxBatch is {value}; choose 1 or more.");
    } = InputLimits.Batch;

    /// <summary>The platform's limits, lowered as the tenant asked.</summary>
    public static JsonLimits Of(InputLimits? lowered) => lowered is null ? Default : OfTenants.GetValue(lowered, static asked => Default.Tighten(new JsonLimits
    {
        MaxDepth = asked.MaxDepth ?? InputLimits.Depth,
        MaxProperties = asked.MaxProperties ?? InputLimits.Properties,
        MaxStringLength = asked.MaxStringLength ?? InputLimits.StringLength,
        MaxItems = asked.MaxItems ?? InputLimits.Items,
        MaxNodes = asked.MaxNodes ?? InputLimits.Nodes,
        MaxNumberLength = asked.MaxNumberLength ?? InputLimits.NumberLength,
        MaxBatch = asked.MaxBatch ?? InputLimits.Batch,
    }));

    /// <summary>The stricter of both, limit by limit.</summary>
    public JsonLimits Tighten(JsonLimits other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new JsonLimits
        {
            MaxDepth = Math.Min(MaxDepth, other.MaxDepth),
            MaxProperties = Math.Min(MaxProperties, other.MaxProperties),
            MaxStringLength = Math.Min(MaxStringLength, other.MaxStringLength),
            MaxItems = Math.Min(MaxItems, other.MaxItems),
            MaxNodes = Math.Min(MaxNodes, other.MaxNodes),
            MaxNumberLength = Math.Min(MaxNumberLength, other.MaxNumberLength),
            MaxBatch = Math.Min(MaxBatch, other.MaxBatch),
        };
    }
}
