namespace Greenery.SampleData;

/// <summary>Names to draw from. After a bar: how the name is written in an e-mail address.</summary>
internal static class Names
{
    public const string Given =
        """
        Ada Alice Amir Anaïs|anais Anika Anneke Arjun Ben Beatriz Björn|bjorn Camila Carlos Chiara Chloe Clara Daniel
        Delia Dmitri Elena Elif Emil Emma Ewan Farid Fatima Fiona Françoise|francoise Gabriel Giulia Grace Greta Hana
        Hassan Helen Henry Hugo Ines Ingrid Isaac Iván|ivan Jasmine Javier Joan Jonas José|jose Jürgen|juergen Kai
        Katya Keiko Kofi Laila Leo Liam Lin Louise Lucía|lucia Łukasz|lukasz Maja Malik Marta Mateo Mei Mina Miriam
        Nadia Naomi Nia Noah Nora Olga Oliver Omar Owen Paula Pedro Petra Priya Quinn Rafael Rana René|rene Rosa Ruth
        Sam Samira Sara Sean Selma Siobhán|siobhan Sofia Søren|soren Tariq Tess Thea Tom Uma Vera Victor Wanda Wei
        Xenia Yara Yusuf Zara Zoë|zoe
        """;

    public const string Family =
        "Abara\nAhmed\nAlder\nAndersson\nAsante\nBakker\nBarros\nBecker\nBennett\nBianchi\nBirch\nBoateng\nCarter\n"
        + "Castillo\nChen\nClarke\nCostello\nD'Angelo\nda Silva\nDavies\nDe Vries\nDiaz\nDupont\nEdwards\nEriksen\n"
        + "Fernández|fernandez\nFischer\nFlores\nFraser\nGarcía|garcia\nGreen\nGrünwald|gruenwald\nHall\nHansen\n"
        + "Hasan\nHoffmann\nHughes\nIbrahim\nIto\nIvanova\nJensen\nJohnson\nKaya\nKelly\nKim\nKowalski\nKumar\nLarsen\n"
        + "Laurent\nLee\nLefèvre|lefevre\nLin\nMarsh\nMartin\nMcDonald\nMensah\nMeyer\nMoore\nMüller|mueller\n"
        + "Nakamura\nNguyễn|nguyen\nNovák|novak\nO'Brien\nO'Connor\nO'Neill\nOkafor\nOliveira\nOrtiz\nOsei\n"
        + "Papadopoulos\nPark\nPatel\nPérez|perez\nPetrov\nPopescu\nQuiroga\nRahman\nReed\nReyes\nRossi\nRowan\n"
        + "Saito\nSánchez|sanchez\nSato\nSchmidt\nShah\nSilva\nSingh\nSmith\nSørensen|sorensen\nSt. John|stjohn\n"
        + "Tanaka\nTaylor\nThompson\nTorres\nvan Dijk\nVarga\nVega\nWagner\nWalker\nWhite\nWong\nWood\nYamamoto\n"
        + "Yilmaz\nYoung\nZhang\nZieliński|zielinski\n";
}
