using FluentValidation;
using Platform.Abstractions.Files;

namespace Platform.Abstractions.HttpsResources;

/// <summary>All of an entry but its host.</summary>
[GenerateSerializer, Alias("put-https-host"), Immutable]
public sealed record PutHttpsHost
{
    /// <summary>What is read lies below it, by whole segments. Default: everything.</summary>
    [Id(0)] public string PathPrefix { get; init; } = "/";

    /// <summary><see cref="HttpsHostRules.DefaultTypes"/> when absent.</summary>
    [Id(1)] public string[]? ContentTypes { get; init; }

    [Id(2)] public int MaxBytes { get; init; } = HttpsHostRules.DefaultBytes;
}

public sealed class PutHttpsHostValidator : AbstractValidator<PutHttpsHost>
{
    public PutHttpsHostValidator()
    {
        RuleFor(command => command.PathPrefix).Must(prefix => prefix is not null && HttpsHostRules.IsPrefix(prefix))
            .WithMessage($"Write / or a path such as /docs/v2: letters, digits, hyphens, dots, underscores and tildes, no slash at its end, at most {HttpsHostRules.MaxPrefix} characters.");
        RuleFor(command => command.ContentTypes).Must(types => types is null || (types.Length is > 0 and <= HttpsHostRules.MaxTypes && types.Distinct(StringComparer.Ordinal).Count() == types.Length))
            .WithMessage($"Name one to {HttpsHostRules.MaxTypes} media types, each once.");
        RuleForEach(command => command.ContentTypes).Must(type => type is not null && FileTypes.IsMediaType(type))
            .WithMessage("Write a media type in lower case without parameters, such as text/markdown.");
        RuleFor(command => command.MaxBytes).InclusiveBetween(1, HttpsHostRules.MaxBytes).WithMessage($"Choose 1 to {HttpsHostRules.MaxBytes} bytes.");
    }
}
