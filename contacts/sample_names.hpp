#pragma once

/// Words for invented people. Chinese surnames stand in the order of their real frequency.
namespace callwright::contacts::sample {

struct Syllable {
  const char* han;
  const char* pinyin;
};

inline constexpr Syllable kSurnames[] = {
    {"王", "wang"}, {"李", "li"}, {"张", "zhang"}, {"刘", "liu"}, {"陈", "chen"}, {"杨", "yang"}, {"黄", "huang"}, {"赵", "zhao"},
    {"吴", "wu"}, {"周", "zhou"}, {"徐", "xu"}, {"孙", "sun"}, {"马", "ma"}, {"朱", "zhu"}, {"胡", "hu"}, {"郭", "guo"}, {"何", "he"},
    {"林", "lin"}, {"高", "gao"}, {"罗", "luo"}, {"郑", "zheng"}, {"梁", "liang"}, {"谢", "xie"}, {"宋", "song"}, {"唐", "tang"},
    {"许", "xu"}, {"韩", "han"}, {"邓", "deng"}, {"冯", "feng"}, {"曹", "cao"}, {"彭", "peng"}, {"曾", "zeng"}, {"肖", "xiao"},
    {"田", "tian"}, {"董", "dong"}, {"潘", "pan"}, {"袁", "yuan"}, {"蔡", "cai"}, {"蒋", "jiang"}, {"余", "yu"}, {"于", "yu"},
    {"杜", "du"}, {"叶", "ye"}, {"程", "cheng"}, {"魏", "wei"}, {"苏", "su"}, {"吕", "lv"}, {"丁", "ding"}, {"任", "ren"}, {"卢", "lu"},
    {"姚", "yao"}, {"沈", "shen"}, {"钟", "zhong"}, {"姜", "jiang"}, {"崔", "cui"}, {"谭", "tan"}, {"陆", "lu"}, {"范", "fan"},
    {"汪", "wang"}, {"廖", "liao"}, {"石", "shi"}, {"金", "jin"}, {"贾", "jia"}, {"夏", "xia"}, {"韦", "wei"}, {"方", "fang"},
    {"白", "bai"}, {"邹", "zou"}, {"孟", "meng"}, {"熊", "xiong"}, {"秦", "qin"}, {"邱", "qiu"}, {"江", "jiang"}, {"尹", "yin"},
    {"薛", "xue"}, {"闫", "yan"}, {"段", "duan"}, {"雷", "lei"}, {"侯", "hou"}, {"龙", "long"}, {"史", "shi"}, {"陶", "tao"},
    {"黎", "li"}, {"贺", "he"}, {"顾", "gu"}, {"毛", "mao"}, {"郝", "hao"}, {"龚", "gong"}, {"邵", "shao"}, {"万", "wan"}, {"钱", "qian"}};
inline constexpr Syllable kGiven[] = {
    {"伟", "wei"}, {"芳", "fang"}, {"娜", "na"}, {"敏", "min"}, {"静", "jing"}, {"丽", "li"}, {"强", "qiang"}, {"磊", "lei"},
    {"军", "jun"}, {"洋", "yang"}, {"勇", "yong"}, {"艳", "yan"}, {"杰", "jie"}, {"娟", "juan"}, {"涛", "tao"}, {"明", "ming"},
    {"超", "chao"}, {"秀", "xiu"}, {"霞", "xia"}, {"平", "ping"}, {"刚", "gang"}, {"桂", "gui"}, {"英", "ying"}, {"华", "hua"},
    {"玉", "yu"}, {"萍", "ping"}, {"红", "hong"}, {"梅", "mei"}, {"鹏", "peng"}, {"宇", "yu"}, {"浩", "hao"}, {"轩", "xuan"},
    {"子", "zi"}, {"涵", "han"}, {"欣", "xin"}, {"怡", "yi"}, {"雨", "yu"}, {"晨", "chen"}, {"佳", "jia"}, {"琪", "qi"}, {"梓", "zi"},
    {"博", "bo"}, {"文", "wen"}, {"思", "si"}, {"远", "yuan"}, {"志", "zhi"}, {"诗", "shi"}, {"嘉", "jia"}, {"俊", "jun"}, {"建", "jian"},
    {"国", "guo"}, {"海", "hai"}, {"燕", "yan"}, {"雪", "xue"}, {"琳", "lin"}, {"慧", "hui"}, {"云", "yun"}, {"兰", "lan"},
    {"春", "chun"}, {"晓", "xiao"}, {"东", "dong"}, {"亮", "liang"}, {"宁", "ning"}, {"飞", "fei"}, {"龙", "long"}, {"凯", "kai"},
    {"辉", "hui"}, {"健", "jian"}, {"婷", "ting"}, {"倩", "qian"}, {"颖", "ying"}, {"瑶", "yao"}, {"航", "hang"}, {"睿", "rui"},
    {"然", "ran"}, {"一", "yi"}, {"可", "ke"}, {"心", "xin"}, {"安", "an"}, {"天", "tian"}, {"乐", "le"}, {"书", "shu"}, {"锦", "jin"},
    {"瑞", "rui"}, {"成", "cheng"}, {"林", "lin"}, {"峰", "feng"}, {"波", "bo"}};
inline constexpr const char* kFirst[] = {
    "Ada", "Alan", "Alice", "Amelia", "Amir", "Anna", "Arthur", "Aisha", "Ben", "Bella", "Callum", "Carol", "Charlie", "Chloe",
    "Clara", "Daniel", "David", "Diana", "Edith", "Edward", "Eleanor", "Elena", "Ella", "Emily", "Ethan", "Eva", "Fatima",
    "Fiona", "Florence", "Frances", "Frank", "George", "Grace", "Hannah", "Harry", "Hassan", "Helen", "Henry", "Hugo", "Imran",
    "Iris", "Isaac", "Isla", "Ivy", "Jack", "James", "Jane", "Jasmine", "Joan", "John", "Joseph", "Julia", "Karen", "Kate",
    "Keith", "Laura", "Leah", "Leo", "Liam", "Lily", "Lucy", "Luke", "Malcolm", "Margaret", "Maria", "Martha", "Mary", "Matilda",
    "Maya", "Megan", "Michael", "Mia", "Mohammed", "Nadia", "Naomi", "Nathan", "Nina", "Noah", "Nora", "Oliver", "Olivia",
    "Omar", "Oscar", "Owen", "Patrick", "Paul", "Peter", "Priya", "Rachel", "Ravi", "Rebecca", "Robert", "Rosa", "Ruby", "Ruth",
    "Samuel", "Sara", "Sean", "Simon", "Sofia", "Sophie", "Stella", "Susan", "Tariq", "Theo", "Thomas", "Tom", "Vera", "Victor",
    "Violet", "Wendy", "William", "Yasmin", "Zoe"};
inline constexpr const char* kLast[] = {
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel", "Robinson", "Wright", "Thompson",
    "Evans", "Walker", "White", "Roberts", "Green", "Hall", "Thomas", "Clarke", "Jackson", "Wood", "Harris", "Edwards", "Turner",
    "Martin", "Cooper", "Hill", "Ward", "Hughes", "Moore", "Clark", "King", "Harrison", "Lewis", "Baker", "Lee", "Allen",
    "Morris", "Khan", "Scott", "Watson", "Davis", "Parker", "James", "Bennett", "Young", "Phillips", "Richardson", "Mitchell",
    "Bailey", "Carter", "Cook", "Singh", "Shaw", "Bell", "Collins", "Morgan", "Kelly", "Begum", "Miller", "Cox", "Hussain",
    "Marshall", "Simpson", "Price", "Anderson", "Adams", "Wilkinson", "Foster", "Ellis", "Murphy", "Chapman", "Mason", "Gray",
    "Richards", "Webb", "Rogers", "Hunt", "Mills", "Holmes", "Palmer", "Matthews", "Gibson", "Fisher", "Barnes", "Knight",
    "Lloyd", "Butler", "Russell", "Barker", "Stevens", "Jenkins", "Murray", "Dixon", "Harvey", "Graham", "O'Brien", "Ferreira",
    "Kowalski", "Novak", "Rossi", "Moreau", "Lindqvist"};
inline constexpr const char* kCompanies[] = {
    "Harbour Light Bakery", "Northgate Motors", "Fenwick & Daughters", "Blue Lantern Hotel", "Kestrel Logistics",
    "Oakfield School", "Marlow Dental Care", "Tidewater Marine", "Copperhill Brewery", "Silver Birch Care Home"};
inline constexpr const char* kProducts[] = {
    "boiler cover", "home broadband", "fibre 500", "mobile plan", "heat pump", "solar service", "energy dual fuel",
    "business line"};

}  // namespace callwright::contacts::sample
