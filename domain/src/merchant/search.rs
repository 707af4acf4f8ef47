//! Finding a merchant by a part of its name or address, whatever its spelling: full-width or half-width, capital or
//! small, in traditional or simplified characters.

use crate::typed::half_width;

/// Characters that names and addresses of shops are made of, traditional and simplified, one after the other.
const SPELLINGS: &str = "\
    麵面館馆飯饭湯汤雞鸡鴨鸭魚鱼燒烧鍋锅飲饮餅饼餃饺餛馄飩饨醬酱鹵卤蔥葱薑姜棗枣藥药醫医書书筆笔紙纸電电腦脑機机車车輪轮\
    樂乐園园廣广場场東东門门橋桥鐵铁銀银錢钱莊庄號号樓楼層层棟栋區区縣县鄉乡鎮镇陽阳澤泽鳳凤臺台環环開开發发澗涧\
    澮浍華华豐丰興兴順顺達达寶宝貴贵麗丽聯联眾众國国際际購购買买賣卖貨货務务業业產产農农糧粮鮮鲜種种\
    優优連连鎖锁經经營营銷销總总體体運运動动衛卫潔洁圖图畫画藝艺術术歷历髮发養养禮礼儀仪緣缘愛爱親亲\
    寧宁靜静馬马龍龙鶴鹤鵝鹅鳥鸟貓猫獸兽蟲虫絲丝綢绸織织紅红綠绿藍蓝黃黄雙双單单個个兩两萬万億亿歲岁時时節节\
    氣气燈灯爐炉煙烟點点滿满勝胜豔艳鴻鸿賓宾舘馆廚厨灣湾島岛瀋沈瑪玛飾饰鐘钟錶表鏡镜襪袜褲裤\
    長长張张趙赵劉刘陳陈楊杨吳吴孫孙許许馮冯鄧邓葉叶蘇苏盧卢賈贾鄭郑羅罗韓韩蔣蒋";

/// A text as it is searched: of one spelling, without spaces.
pub fn folded(text: &str) -> String {
    let plain = text.chars().map(half_width).filter(|it| !it.is_whitespace());
    plain.flat_map(char::to_lowercase).map(simplified).collect()
}

fn simplified(character: char) -> char {
    if character < '\u{2e80}' {
        return character;
    }
    let mut spellings = SPELLINGS.chars();
    while let (Some(traditional), Some(simplified)) = (spellings.next(), spellings.next()) {
        if traditional == character {
            return simplified;
        }
    }
    character
}
