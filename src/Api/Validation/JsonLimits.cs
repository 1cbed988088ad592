namespace Platform.Api.Validation;

/// <summary>What one body may cost us. The defaults are the platform's; a tenant can only lower them.</summary>
internal sealed record JsonLimits
{
    /// <summary>The guard keeps one frame per level on the stack, so nobody may ask for more.</summary>
    public const int DeepestDepth = 64;

    public static JsonLimits Default { get; } = new();

    /// <summary>Nested containers, the root object being the first.</summary>
    public int MaxDepth
    {
        get;
        init => field = value is >= 1 and <= DeepestDepth
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"MaxDepth is {value}; choose 1 to {DeepestDepth}.");
    } = 10;

    /// <summary>Properties of one object.</summary>
    public int MaxProperties { get; init; } = 100;

    /// <summary>UTF-16 code units of a string or property name after unescaping.</summary>
    public int MaxStringLength { get; init; } = 10_000;

    /// <summary>Elements of one array.</summary>
    public int MaxItems { get; init; } = 10_000;

    /// <summary>Values of all kinds in the body, the root included; property names do not count.</summary>
    public int MaxNodes { get; init; } = 100_000;

    /// <summary>Bytes of a number as written.</summary>
    public int MaxNumberLength { get; init; } = 128;

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
        };
    }
}
