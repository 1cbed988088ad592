using FluentValidation;

namespace Platform.Abstractions.Tenants;

/// <summary>
/// What a tenant lowers of the platform's limits on MCP requests (IN-1, TR-8). What is null stays as the platform has it; nothing can be raised.
/// The lowest values leave room for the metadata that every request of MCP carries.
/// </summary>
[GenerateSerializer, Alias("input-limits"), Immutable]
public sealed record InputLimits
{
    public const int BodyBytes = 1024 * 1024;
    public const int Depth = 10;
    public const int Properties = 100;
    public const int StringLength = 10_000;
    public const int Items = 10_000;
    public const int Nodes = 100_000;
    public const int NumberLength = 128;
    public const int Batch = 50;

    /// <summary>Bytes of a body, 1 024 to 1 048 576.</summary>
    [Id(0)] public int? MaxBodyBytes { get; init; }

    /// <summary>Nested objects and arrays of a message, its own object being the first; 4 to 10.</summary>
    [Id(1)] public int? MaxDepth { get; init; }

    /// <summary>Properties of one object, 8 to 100.</summary>
    [Id(2)] public int? MaxProperties { get; init; }

    /// <summary>Characters (UTF-16) of a string or property name, 64 to 10 000.</summary>
    [Id(3)] public int? MaxStringLength { get; init; }

    /// <summary>Elements of one array, 1 to 10 000.</summary>
    [Id(4)] public int? MaxItems { get; init; }

    /// <summary>Values in a body, 32 to 100 000.</summary>
    [Id(5)] public int? MaxNodes { get; init; }

    /// <summary>Characters of a number as written, 16 to 128.</summary>
    [Id(6)] public int? MaxNumberLength { get; init; }

    /// <summary>Messages of a JSON-RPC batch, 1 to 50.</summary>
    [Id(7)] public int? MaxBatch { get; init; }
}

public sealed class InputLimitsValidator : AbstractValidator<InputLimits>
{
    public InputLimitsValidator()
    {
        RuleFor(limits => limits.MaxBodyBytes).InclusiveBetween(1024, InputLimits.BodyBytes);
        RuleFor(limits => limits.MaxDepth).InclusiveBetween(4, InputLimits.Depth);
        RuleFor(limits => limits.MaxProperties).InclusiveBetween(8, InputLimits.Properties);
        RuleFor(limits => limits.MaxStringLength).InclusiveBetween(64, InputLimits.StringLength);
        RuleFor(limits => limits.MaxItems).InclusiveBetween(1, InputLimits.Items);
        RuleFor(limits => limits.MaxNodes).InclusiveBetween(32, InputLimits.Nodes);
        RuleFor(limits => limits.MaxNumberLength).InclusiveBetween(16, InputLimits.NumberLength);
        RuleFor(limits => limits.MaxBatch).InclusiveBetween(1, InputLimits.Batch);
    }
}
