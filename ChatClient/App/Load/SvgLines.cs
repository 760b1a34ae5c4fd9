using System.Globalization;
using System.Text;

namespace PaxosShard.ChatClient.App.Load;

/// <summary>The text of a picture, line by line, and what pictures have in common.</summary>
internal sealed class SvgLines
{
    private static readonly int[] _steps = [1, 2, 5, 10];

    private readonly StringBuilder _svg = new();

    /// <summary>Begins a picture on a white ground, with its title.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="width">Its width.</param>
    /// <param name="height">Its height.</param>
    /// <param name="left">Where the title begins.</param>
    public SvgLines(string title, int width, int height, int left)
    {
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">");
        Add($"<title>{Escape(title)}</title>");
        Add($"<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>");
        Add($"<text x=\"{left}\" y=\"24\" font-size=\"15\">{Escape(title)}</text>");
    }

    /// <summary>Adds a line.</summary>
    public void Add(string line) => _svg.Append(line).Append('\n');

    /// <summary>Adds a square of a colour and what the colour stands for.</summary>
    public void AddLegend(int x, string colour, string text)
    {
        Add($"<rect x=\"{x}\" y=\"38\" width=\"14\" height=\"10\" fill=\"{colour}\"/>");
        Add($"<text x=\"{x + 18}\" y=\"48\">{text}</text>");
    }

    /// <summary>Adds a mark of a scale from bottom to top, with its line.</summary>
    public void AddMark(int left, int right, double y, string text)
    {
        Add($"<path d=\"M{left} {Number(y)} H{right}\" stroke=\"#e4e4e4\"/>");
        Add($"<text x=\"{left - 6}\" y=\"{Number(y + 4)}\" text-anchor=\"end\">{text}</text>");
    }

    /// <summary>The whole file.</summary>
    public string End() => $"{_svg}</svg>\n";

    /// <summary>A number as a picture has it: to a hundredth.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    /// <summary>1, 2 or 5 times a power of ten, at least this.</summary>
    public static double RoundStep(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return _steps.Select(factor => factor * power).First(step => step >= least * 0.999);
    }

    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
