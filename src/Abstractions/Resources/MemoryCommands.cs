using System.Text;
using FluentValidation;
using Platform.Abstractions.Problems;

namespace Platform.Abstractions.Resources;

/// <summary>Writes a memory resource.</summary>
/// <param name="Text">The value, unless there are <see cref="Bytes"/>.</param>
/// <param name="MimeType">Defaults to <c>text/plain</c>, or <c>application/octet-stream</c> for bytes.</param>
/// <param name="Ttl">1 s to 30 days; one hour when null (RS-3).</param>
[GenerateSerializer, Alias("set-memory"), Immutable]
public sealed record SetMemory([property: Id(0)] string Text, [property: Id(1)] string? MimeType, [property: Id(2)] TimeSpan? Ttl)
{
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromHours(1);
    public static readonly TimeSpan MinTtl = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan MaxTtl = TimeSpan.FromDays(30);

    /// <summary>Most bytes of one value.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>A value that is no text.</summary>
    [Id(3)] public byte[]? Bytes { get; init; }

    /// <summary>The version that must be there, 0 for none; null when it does not matter.</summary>
    [Id(4)] public long? ExpectedVersion { get; init; }

    /// <summary>0 to 1, as MCP's annotation; null when nobody says.</summary>
    [Id(5)] public double? Priority { get; init; }

    /// <summary>Bytes of the value.</summary>
    public int Size() => Bytes?.Length ?? Encoding.UTF8.GetByteCount(Text);

    /// <summary>Null when it can be carried out.</summary>
    public Problem? Check()
    {
        var errors = new List<FieldError>();
        if (Ttl is { } ttl && !IsTtl(ttl))
        {
            errors.Add(new FieldError("ttlSeconds", ExtendMemory.TtlRule));
        }

        if (MimeType is not null && !MemoryMimeType.IsValid(MimeType))
        {
            errors.Add(new FieldError("mimeType", $"Write a type and a subtype in lower case without parameters, at most {MemoryMimeType.MaxLength} characters."));
        }

        if (Priority is { } priority && !(priority is >= 0 and <= 1))
        {
            errors.Add(new FieldError("priority", "Choose 0 to 1."));
        }

        return Size() > MaxBytes ? new Problem(ProblemCode.TooLarge, $"A value has at most {MaxBytes} bytes.")
            : errors.Count > 0 ? Problem.Invalid(errors)
            : null;
    }

    public static bool IsTtl(TimeSpan ttl) => ttl >= MinTtl && ttl <= MaxTtl;
}

/// <summary>Gives a memory resource another life, counted from now: longer or shorter.</summary>
[GenerateSerializer, Alias("extend-memory"), Immutable]
public sealed record ExtendMemory
{
    public const string TtlRule = "Choose 1 to 2592000 seconds (30 days).";

    /// <summary>1 to 2 592 000; one hour when absent.</summary>
    [Id(0)] public int? TtlSeconds { get; init; }
}

public sealed class ExtendMemoryValidator : AbstractValidator<ExtendMemory>
{
    public ExtendMemoryValidator() =>
        RuleFor(command => command.TtlSeconds).InclusiveBetween((int)SetMemory.MinTtl.TotalSeconds, (int)SetMemory.MaxTtl.TotalSeconds).WithMessage(ExtendMemory.TtlRule);
}
