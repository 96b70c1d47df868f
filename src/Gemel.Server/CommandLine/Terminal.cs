using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Gemel.Server.CommandLine;

/// <summary>Where a command writes: text and tables for people, JSON lines for programs, errors apart.</summary>
internal sealed class Terminal
{
    // No line of a table is broken on its way to a file or a program.
    private const int UnlimitedWidth = 10_000;

    public Terminal(TextWriter output, TextWriter error)
    {
        Output = output;
        Error = error;
        Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        bool isTerminal = Console.Profile.Out.IsTerminal;
        Console.Profile.Capabilities.Interactive = isTerminal && Console.Profile.Capabilities.Ansi;
        if (!isTerminal)
        {
            Console.Profile.Width = UnlimitedWidth;
        }
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    /// <summary>For tables and progress; <c>Interactive</c> only where a person watches.</summary>
    public IAnsiConsole Console { get; }

    public static Terminal Of(ParseResult arguments) => new(arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error);

    /// <summary>A line that stays as it is, however narrow the terminal.</summary>
    public void WriteLine(string line) => Output.WriteLine(line);

    /// <summary>One JSON value on a line of its own.</summary>
    public void WriteJson(JsonElement value) => Output.WriteLine(JsonSerializer.Serialize(value));

    /// <summary>A table with these columns.</summary>
    public static Table Table(params IReadOnlyList<string> columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)).NoWrap());
        }
        return table;
    }
}
