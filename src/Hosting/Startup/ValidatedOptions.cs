using System.Reflection;
using FluentValidation;
using Microsoft.Extensions.Configuration;

namespace Platform.Hosting.Startup;

public static class ValidatedOptions
{
    /// <summary>Binds a section and checks it before anything else starts. Unknown keys, bad values and secrets in clear are reported together.</summary>
    /// <exception cref="StartupException">Names each key at fault and the cure, and the value where it is no secret.</exception>
    public static T Read<T>(IConfiguration configuration, string section, IValidator<T> validator) where T : class, new()
    {
        var options = new T();
        var faults = Faults(configuration, configuration.GetSection(section), typeof(T)).ToList();
        if (faults.Exists(fault => fault.Ends))
        {
            // The binder and the validator would quote the values.
            throw StartupException.Of(faults.Select(fault => fault.Text));
        }

        var texts = faults.ConvertAll(fault => fault.Text);
        try
        {
            configuration.GetSection(section).Bind(options);
        }
        catch (InvalidOperationException fault)
        {
            // The binder's sentence names the key and the type it wanted.
            texts.Add(fault.Message);
        }

        texts.AddRange(validator.Validate(options).Errors.Select(error => error.ErrorMessage));
        return texts.Count == 0 ? options : throw StartupException.Of(texts);
    }

    private static IEnumerable<(string Text, bool Ends)> Faults(IConfiguration configuration, IConfigurationSection section, Type type)
    {
        foreach (var child in section.GetChildren())
        {
            var property = type.GetProperty(child.Key, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            if (property is null)
            {
                yield return ($"{child.Path} is not a setting; remove it, or see docs/configuration.md for its name.", false);
            }
            else if (Exposed(configuration, child, property.PropertyType) is { } exposed)
            {
                yield return (exposed, true);
            }
            else if (property.PropertyType.Assembly == type.Assembly && property.PropertyType.IsClass)
            {
                foreach (var nested in Faults(configuration, child, property.PropertyType))
                {
                    yield return nested;
                }
            }
            else
            {
                // A dictionary: whoever reads it checks its keys, and never sees a reference.
                foreach (var value in child.GetChildren().Select(value => Exposed(configuration, value, typeof(string))).OfType<string>())
                {
                    yield return (value, true);
                }
            }
        }
    }

    /// <summary>What is wrong with a setting that holds a secret, or refers to one; null when nothing is.</summary>
    private static string? Exposed(IConfiguration configuration, IConfigurationSection setting, Type type)
    {
        if (string.IsNullOrEmpty(setting.Value) || ResolvedSecrets.Holds(configuration, setting.Path))
        {
            return null;
        }

        if (SecretReference.IsMeant(setting.Value))
        {
            return $"{setting.Path} refers to a secret, and only the silo role reads the vault; give this process a setting that needs none.";
        }

        return type == typeof(Redacted)
            ? $"{setting.Path} is a secret in clear, for everybody who reads files, command lines or environments; put it into the vault and write secret: and its name here (docs/secrets.md)."
            : null;
    }
}
