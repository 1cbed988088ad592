using FluentValidation;
using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Startup;

public static class ValidatedOptions
{
    /// <summary>Binds a section and checks it before anything else starts. Unknown keys and bad values are reported together.</summary>
    /// <exception cref="StartupException">Names each key at fault, its value and the cure.</exception>
    public static T Read<T>(IConfiguration configuration, string section, IValidator<T> validator) where T : class, new()
    {
        var options = new T();
        try
        {
            configuration.GetSection(section).Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException fault)
        {
            throw new StartupException($"Configuration: {fault.Message}", fault);
        }

        var result = validator.Validate(options);
        return result.IsValid
            ? options
            : throw new StartupException("Configuration:" + Environment.NewLine + string.Join(Environment.NewLine, result.Errors.Select(error => "  - " + error.ErrorMessage)));
    }
}
